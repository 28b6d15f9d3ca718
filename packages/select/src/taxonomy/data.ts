// The archive's vocabulary (isic-metadata 5.1.0): one name a line, indented by its level.

/** All diagnoses, each below the one it is a kind of. */
export const DIAGNOSES: string = `
Benign
 Benign - Other
 Benign adnexal epithelial proliferations - Apocrine or Eccrine
  Apocrine tubular adenoma
  Cylindoma
  Cystadenoma
  Fibroadenoma
  Hidradenoma
   Hidradenoma, Poroid
  Hidradenoma papilliferum
  Hidradenoma, Apocrine
   Hidradenoma, Apocrine, Predominantly with clear cells
  Mixed tumor
   Mixed tumor, Apocrine type
   Mixed tumor, Eccrine type
  Poroma
  Spiradenoma
  Supernumerary nipple
  Syringocystadenoma papilliferum
  Syringofibroadenoma
  Syringoma
 Benign adnexal epithelial proliferations - Follicular
  Folliculosebaceous cystic hamartoma
  Nevus comedonicus
  Panfolliculoma
  Pilar sheath acanthoma
  Pilomatricoma
  Proliferating tricholemmal tumor
  Trichoblastoma
  Trichoepithelioma
   Trichoepithelioma, Desmoplastic
  Trichofolliculoma
  Tricholemmoma
   Tricholemmoma, Desmoplastic
  Tumor of follicular infundibulum
  Warty dyskeratoma
 Benign adnexal epithelial proliferations - Sebaceous
  Fibrofolliculoma
  Fordyce spots
  Nevus sebaceus
  Sebaceoma
  Sebaceous adenoma
  Sebaceous hyperplasia
  Trichodiscoma
 Benign epidermal proliferations
  Acantholytic acanthoma
  Clear cell acanthoma
  Epidermal nevus
  Epidermolytic acanthoma
  Large cell acanthoma
  Lichen planus like keratosis
  Melanoacanthoma
  Pigmented benign keratosis
  Porokeratosis
  Seborrheic keratosis
   Seborrheic keratosis, Clonal
  Solar lentigo
 Benign melanocytic proliferations
  Dermal melanocytosis
   Mongolian spot
   Nevus of Ito
   Nevus of Ota
  Lentiginous melanocytic proliferation
  Lentigo simplex
  Nevus
   Blue nevus
    Blue nevus, Cellular
    Blue nevus, Common
    Blue nevus, Epithelioid
    Blue nevus, Plaque type
    Blue nevus, Sclerosing
   Nevus, Acral
   Nevus, Agminated
   Nevus, Atypical, Dysplastic, or Clark
    Nevus, Atypical
    Nevus, Clark
    Nevus, Dysplastic
   Nevus, BAP-1 deficient
   Nevus, Balloon cell
   Nevus, Combined
   Nevus, Congenital
    Nevus, Congenital, by histopathological pattern
    Nevus, Congenital, by history
    Nevus, Congenital, by history and histopathological pattern
   Nevus, Deep penetrating
   Nevus, Halo
   Nevus, Lentiginous
   Nevus, Meyerson
   Nevus, NOS, Compound
   Nevus, NOS, Dermal
   Nevus, NOS, Junctional
   Nevus, Of special anatomic site
   Nevus, Recurrent or persistent
   Nevus, Reed
   Nevus, Spilus
   Nevus, Spitz
  Pigmented epithelioid melanocytoma
  Proliferative nodule in congenital melanocytic nevi without atypia
 Benign soft tissue proliferations - Adipocytic
  Angiolipoma
  Fibrolipoma
  Lipoma
   Lipoma, Pleomorphic
   Lipoma, Spindle cell
  Lipomatous nevus
 Benign soft tissue proliferations - Cartilagenous and ossifying
  Accessory tragus
  Extraskeletal chondroma
  Osteoma cutis
  Subungual osteochodroma
 Benign soft tissue proliferations - Fibro-histiocytic
  Angiofibroma
   Angiofibroma, Facial
   Angiofibroma, Penile
   Angiofibroma, Periungual
  Cutaneous Myxoma
  Dermatofibroma
   Dermatofibroma, Aneurysmal
   Dermatofibroma, Atypical
   Dermatofibroma, Cellular
   Dermatofibroma, Epithelioid
   Dermatofibroma, Hemosiderotic
  Fibroepithelial polyp
  Fibroma
   Fibroma, Pleomorphic
   Fibroma, Sclerotic
  Giant cell tumor of the tendon sheath
  Juvenile xanthogranuloma
  Non-Langerhans histiocytosis
  Reticulohistiocytosis
  Rosai-Dorfman disease
  Scar
   Scar, Hypertrophic
   Scar, Keloid
 Benign soft tissue proliferations - Muscle tissue or myofibroblastic
  Angioleiomyoma
  Dartoic muscle leiomyoma
  Dermatomyofibroma
  Nodular Fasciitis
  Piloleiomyoma
  Smooth muscle hamartoma
 Benign soft tissue proliferations - Myoepithelial
  Myoepithelioma
 Benign soft tissue proliferations - Neural
  Granular cell tumor
   Granular cell tumor, neural and s100 positive
   Granular cell tumor, non-neural and s100 negative
  Nerve sheath myxoma
  Neurofibroma
  Neuroma
   Neuroma, Palisaded and encapsulated
   Neuroma, Traumatic
  Perineurioma
  Plexiform Neurofibroma
  Schwannoma
 Benign soft tissue proliferations - Vascular
  Acquired elastotic hemangioma
  Acroangiodermatitis of Mali
  Angiokeratoma
  Angiolymphoid hyperplasia with eosinophilia
  Arterio-venous malformation
  Capillary vascular malformation
  Glomangiomyoma
  Glomeruloid hemangioma
  Glomus tumor
  Hemangioma
   Hemangioma, Cherry
   Hemangioma, Hobnail
   Hemangioma, Infantile
   Hemangioma, Tufted
  Lymphangioma
   Lymphangioma, deep
   Lymphangioma, superficial
  Nevus anemicus
  Noninvoluting congenital hemangioma
  Other vascular or lymphatic malformation or hamartoma
  Pyogenic granuloma
  Rapidly involuting congenital hemangioma
  Telangiectasia
  Vascular spider
  Venous lake
  Venous malformation
  Verrucous hemangioma
 Collision - Only benign proliferations
 Cysts
  Comedo
  Digital mucous cyst
  Dilated pore
  Infundibular or epidermal cyst
  Keratinous cyst
   Epidermal, Keratinous
   Infundibular, Keratinous
  Milium
  Sebaceous cyst
   Epidermal, Sebaceous
   Infundibular, Sebaceous
  Steatocystoma
  Trichilemmal or isthmic-catagen or pilar cyst
   Isthmic-catagen cyst
   Pilar cyst
   Trichilemmal cyst
 Exogenous
  Foreign body granuloma
  Tattoo
 Flat melanotic pigmentations - not melanocytic nevus
  Cafe au lait macule or patch
  Ephelis
  Ink-spot lentigo
  Lentigo NOS
  Mucosal melanotic macule
 Hemorrhagic lesions
  Hemorrhage
   Dermal and subcutaneous hemorhage
   Mucosal hemorrhage
   Subcorneal and intracorneal hemorrhage
   Subungual hemorrhage
 Inflammatory or infectious diseases
  Molluscum
  Verruca
 Langerhans cell proliferations
  Erdheim Chester disease
  Indeterminate cell histiocytosis
  Langerhans cell histiocytosis
   Langerhans cell histiocytosis, Diffuse or multifocal
   Langerhans cell histiocytosis, Solitary or unifocal
  Mixed Langerhans cell histiocytosis and Erdheim Chester disease
 Mast cell proliferations
  Maculopapular mastocytoma
  Mastocytoma, Solitary or unifocal
  Mastocytosis
   Mastocytosis, Diffuse or multifocal
    Mastocytosis, Diffuse cutaenous
    Telangiectasia macularis eruptiva perstans
Indeterminate
 Indeterminate epidermal proliferations
  Solar or actinic cheilitis
  Solar or actinic keratosis
   Actinic keratosis, Acantholytic
   Actinic keratosis, Atrophic
   Actinic keratosis, Bowenoid
   Actinic keratosis, Hypertrophic
   Actinic keratosis, Lichenoid
 Indeterminate melanocytic proliferations
  Atypical Spitz tumor
   Atypical Spitz tumor, Compound
   Atypical Spitz tumor, Dermal
   Atypical Spitz tumor, Junctional
  Atypical intraepithelial melanocytic proliferation
  Atypical melanocytic neoplasm
  Atypical pigmented spindle cell tumor
  Atypical proliferative nodules in congenital melanocytic nevus
  Melanocytic tumor of uncertain malignant potential
  Superficial atypical melanocytic proliferation of uncertain significance
Malignant
 Collision - At least one malignant proliferation
 Lymphocytic proliferations - B-Cell
  EBV positive mucocutaneous ulcer
  Intravascular large B-cell lymphoma
  Lymphocytic proliferation, B-Cell, other
  Primary cutaneous follicle center lymphoma
  Primary cutaneous large B-Cell lymphoma
  Primary cutaneous marginal zone lymphoma
 Lymphocytic proliferations - T-Cell/NK
  Adult T-cell leukemia or lymphoma
  Chronic active EBV infection
  Extranodal T-cell/NK lymphoma
   Extranodal T-cell/NK lymphoma, Nasal type
  Lymphocytic proliferation, T-Cell/NK
  Mycosis fungoides
   Mycosis fungoides, Folliculotropic
   Mycosis fungoides, Granulomatous slack skin
   Mycosis fungoides, Pagetoid reticulosis
   Mycosis fungoides, With large cell transformation
  Primary cutaneous CD30+ lymphoproliferative disease
   Cutanous anaplastic large cell lymphoma
   Lymphomatoid papulosis
  Primary cutaneous CD4+ small or medium T-cell lymphoproliferative disorder
  Primary cutaneous peripheral T-cell lymphoma
   Primary cutaneous peripheral T-cell lymphoma, Rare subtype
  Sezary syndrome
  Subcutaneous panniculitis-like T-cell lymphoma
 Malignant adnexal epithelial proliferations - Apocrine or Eccrine
  Adenoid cystic carcinoma
  Adnexal adenocarcinoma arising in association with spiradenoma, cylindroma, or spiradenocylindroma
  Apocrine carcinoma
  Digital papillary carcinoma
  Hidradenocarcinoma
  Malignant mixed tumor
  Microcystic adnexal carcinoma
  Mucinous carcinoma
  Paget disease
   Paget disease, Extra-mammary
   Paget disease, Mammary
  Porocarcinoma
  Tubular carcinoma
 Malignant adnexal epithelial proliferations - Follicular
  Basal cell carcinoma
   Basal cell carcinoma with adnexal differentiation
   Basal cell carcinoma with sarcomatoid differentiation
   Basal cell carcinoma, Combined subtypes
   Basal cell carcinoma, Fibroeipthelial
   Basal cell carcinoma, Infiltrating
   Basal cell carcinoma, Micronodular
   Basal cell carcinoma, Nodular
   Basal cell carcinoma, Sclerosing or morpheaform
   Basal cell carcinoma, Superficial
  Baso-squamous carcinoma
  Matrical or pilomatrical carcinoma
  Proliferating trichilemmal carcinoma
 Malignant adnexal epithelial proliferations - Sebaceous
  Sebaceous carcinoma
 Malignant epidermal proliferations
  Bowenoid papulosis
  Keratoacanthoma
  Squamous cell carcinoma in situ
   Squamous cell carcinoma in situ, Bowens disease
  Squamous cell carcinoma, Invasive
   Squamous cell carcinoma, Invasive, Acantholytic
    Squamous cell carcinoma, Invasive, Acantholytic, moderately differentiated
    Squamous cell carcinoma, Invasive, Acantholytic, poorly differentiated
    Squamous cell carcinoma, Invasive, Acantholytic, well differentiated
   Squamous cell carcinoma, Invasive, Adeno-squamous
    Squamous cell carcinoma, Invasive, Adeno-squamous, moderately differentiated
    Squamous cell carcinoma, Invasive, Adeno-squamous, poorly differentiated
    Squamous cell carcinoma, Invasive, Adeno-squamous, well differentiated
   Squamous cell carcinoma, Invasive, Clear cell
    Squamous cell carcinoma, Invasive, Clear cell, moderately differentiated
    Squamous cell carcinoma, Invasive, Clear cell, poorly differentiated
    Squamous cell carcinoma, Invasive, Clear cell, well differentiated
   Squamous cell carcinoma, Invasive, Keratoacanthoma-type
    Squamous cell carcinoma, Invasive, Keratoacanthoma-type, moderately differentiated
    Squamous cell carcinoma, Invasive, Keratoacanthoma-type, poorly differentiated
    Squamous cell carcinoma, Invasive, Keratoacanthoma-type, well differentiated
   Squamous cell carcinoma, Invasive, NOS, moderately differentiated
   Squamous cell carcinoma, Invasive, NOS, poorly differentiated
   Squamous cell carcinoma, Invasive, NOS, well differentiated
   Squamous cell carcinoma, Invasive, Sarcomatoid
    Squamous cell carcinoma, Invasive, Sarcomatoid, moderately differentiated
    Squamous cell carcinoma, Invasive, Sarcomatoid, poorly differentiated
    Squamous cell carcinoma, Invasive, Sarcomatoid, well differentiated
   Squamous cell carcinoma, Invasive, Spindle cell
    Squamous cell carcinoma, Invasive, Spindle cell, moderately differentiated
    Squamous cell carcinoma, Invasive, Spindle cell, poorly differentiated
    Squamous cell carcinoma, Invasive, Spindle cell, well differentiated
   Squamous cell carcinoma, Invasive, Verrucous
    Squamous cell carcinoma, Invasive, Verrucous, moderately differentiated
    Squamous cell carcinoma, Invasive, Verrucous, poorly differentiated
    Squamous cell carcinoma, Invasive, Verrucous, well differentiated
  Squamous cell carcinoma, NOS
  Verrucous carcinoma
   Verrucous carcinoma, Carcinoma cuniculatum type
   Verrucous carcinoma, Giant condyloma type
   Verrucous carcinoma, Oral florid papilomatosis type
 Malignant melanocytic proliferations (Melanoma)
  Melanoma Invasive
   Melanoma Invasive, Acral or Acral-lentiginous
   Melanoma Invasive, Arising in a congenital nevus
   Melanoma Invasive, Associated with a nevus
   Melanoma Invasive, Blue nevus-like
    Melanoma Invasive, originating from blue nevus
    Melanoma Invasive, resembling blue nevus
   Melanoma Invasive, Desmoplastic
   Melanoma Invasive, Heavily pigmented
    Melanoma Invasive, Heavily pigmented, resembling epithelioid blue nevus or melanoma developing in animals
   Melanoma Invasive, Mucosal
   Melanoma Invasive, Neurotropic
   Melanoma Invasive, Nevoid
   Melanoma Invasive, Nodular
   Melanoma Invasive, On chronically sun-exposed skin or lentigo maligna melanoma
   Melanoma Invasive, Pigmented spindle cell nevus like
   Melanoma Invasive, Recurrent or persistent
   Melanoma Invasive, Spitzoid
   Melanoma Invasive, Superficial spreading
  Melanoma in situ
   Melanoma in situ, Acral or acral-lentiginous
   Melanoma in situ, Lentigo maligna type
   Melanoma in situ, Mucosal
   Melanoma in situ, Recurrent or persistent
   Melanoma in situ, Superficial spreading
   Melanoma in situ, associated with a nevus
  Melanoma metastasis
  Melanoma, NOS
 Malignant soft tissue proliferations - Adipocytic
  Liposarcoma
   Liposarcoma, Undifferentiated
   Liposarcoma, Well differentiated
 Malignant soft tissue proliferations - Cartilagenous and ossifying
  Extraskeletal osteosarcoma
 Malignant soft tissue proliferations - Fibro-histiocytic
  Atypical fibroxanthoma
  Dermatofibrosarcoma protuberans
  Epithelioid sarcoma
  Fibrosarcoma
  Pleomorphic undifferntiated sarcoma
 Malignant soft tissue proliferations - Muscle tissue or myofibroblastic
  Atypical intradermal smooth muscle tumor
  Leiomyosarcoma, Cutaneous
  Rhabdomyoscaroma, Cutaneous
 Malignant soft tissue proliferations - Myoepithelial
  Myoepithelial sarcoma
 Malignant soft tissue proliferations - Neural
  Malignant granular cell tumor
  Malignant peripheral nerve sheath tumor
 Malignant soft tissue proliferations - Unknown or other histiogenesis
  Ewing sarcoma, Primary cutaenous
 Malignant soft tissue proliferations - Vascular
  Angiosarcoma cutaneous
   Angiosarcoma cutaneous, Epithelioid
   Angiosarcoma cutaneous, Face and scalp of elderly patients
   Angiosarcoma cutaneous, Post-irradiation
   Angiosarcoma cutaneous, With associated lymphedema
  Hemangioendothelioma
   Hemangioendothelioma, Kaposiform
  Kaposi sarcoma
  Malignant glomus tumor
 Merkel cell proliferation
  Merkel cell carcinoma
 Skin metastasis of internal solid cancer - non-hematological
`;

/** All places of the body, each below the one it is part of. */
export const SITES: string = `
Anogenital region
 Genital region
  Penis
   Glans penis
  Perigenital region
   Inguinocrural fold
   Suprapubic region
    Mons pubis
  Scrotum
  Vagina
   Vaginal introitus
  Vulva
   Clitoris
   Frenulum of labia minora
   Labium majus
   Labium minus
   Vulval vestibule
 Perianal region
  Anus
  Intergluteal cleft
  Perineum
Head and neck
 Head
  Ear
   External auditory canal
   Pinna
    Antihelix of pinna
    Concha
    Helix of pinna
  Face
   Cheek
    Central cheek
    Lateral cheek
    Lower cheek
    Perinasal region
    Upper cheek
   Chin
   Forehead
   Mouth
    Floor of mouth
    Gingiva
    Oral mucosa
    Oropharynx
    Palate
    Tongue
    Tonsillar region
   Nose
    Ala nasi
    Dorsum of nose
    Lateral side wall of nose
    Nostril
    Root of nose
    Tip of nose
   Oral region
    Lip
    Lower lip
    Nasolabial fold
    Perioral region
    Upper lip
   Orbital region
    Conjunctiva
    Cornea
    Eyelid
    Iris
    Periorbital region
    Sclera
   Temple
  Scalp
   Frontal scalp
   Occipital scalp
   Parietal scalp
   Temporal scalp
   Vertex of scalp
 Neck
  Front of neck
  Nape of neck
  Side of neck
  Supraclavicular region
Lower extremity
 Ankle
  Achilles region
  Anterior ankle
  Lateral ankle
   Lateral malleolus
  Medial ankle
   Medial malleolus
 Buttock
  Gluteal fold
 Foot
  Dorsum of foot
   Interdigital web spaces of foot
   Metatarsophalangeal joints
  Sole of foot
   Arch of foot
   Heel
   Lateral plantar region
   Medial surface of sole of foot
   Plantar surface of forefoot
  Toes
   Fifth toe
   Fourth toe
   Great toe
   Second toe
   Third toe
 Knee
  Lateral knee
  Medial knee
  Patellar region
  Popliteal fossa
 Lower leg
  Calf
   Lateral calf
   Medial calf
   Posterior calf
  Shin
 Thigh
  Anterior thigh
  Lateral thigh
   Hip
  Medial thigh
   Upper medial thigh
  Posterior thigh
Trunk
 Anterior trunk
  Anterior abdomen
   Lower anterior abdomen
    Hypogastric region
    Inguinal region
   Mid anterior abdomen
   Periumbilical region
    Umbilicus
   Upper anterior abdomen
  Anterior chest
   Breast
    Areola
    Axillary tail of breast
    Inframammary flexure
    Lower inner quadrant of breast
    Lower outer quadrant of breast
    Nipple
    Upper inner quadrant of breast
    Upper outer quadrant of breast
   Lower anterior chest
   Upper anterior chest
    Clavicle
    Infraclavicular region
    Presternal region
 Lateral trunk
  Axilla
   Anterior axillary fold
   Apex of axilla
   Posterior axillary fold
  Lateral abdomen
  Lateral chest
   Lower lateral chest
   Upper lateral chest
 Posterior trunk
  Lower back
   Lateral lower back
   Paraspinal lower back
  Mid back
   Lateral mid back
   Paraspinal mid back
  Upper back
   Lateral upper back
   Paraspinal upper back
Upper extremity
 Elbow
  Antecubital fossa
  Elbow tip
  Lateral elbow
  Medial elbow
 Forearm
  Dorsal forearm
  Radial forearm
  Ulnar forearm
  Volar forearm
 Hand
  Dorsum of hand
   Interdigital web spaces of hand
   Knuckles
  Fingers and thumb
   Index finger
   Little finger
   Middle finger
   Ring finger
   Thumb
  Palm of hand
   Central palm
   Distal palm
   Hypothenar eminence
   Thenar eminence
 Shoulder
  Anterior shoulder
  Lateral shoulder
  Posterior shoulder
 Upper arm
  Anterior upper arm
  Lateral upper arm
  Medial upper arm
  Posterior upper arm
 Wrist
  Dorsal wrist
  Radial wrist
  Ulnar wrist
  Volar wrist
`;
